/** What a pickle can hold, as inert data: a class or function is a name, a call is its name and its arguments. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleSet
  | PickleGlobal
  | PickleCall
  | PersistentReference;

export class PickleTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

export class PickleList {
  readonly items: PickleValue[] = [];
}

export class PickleDict {
  readonly items = new Map<PickleValue, PickleValue>();
}

export class PickleSet {
  readonly items: PickleValue[] = [];
}

/** `module.name`: never looked up, never called. */
export class PickleGlobal {
  readonly module: string;
  readonly name: string;
  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
  get fullName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** A call that Python would have made, and what it would then have put into the result. */
export class PickleCall {
  readonly callee: PickleGlobal;
  readonly args: readonly PickleValue[];
  readonly items = new Map<PickleValue, PickleValue>();
  constructor(callee: PickleGlobal, args: readonly PickleValue[]) {
    this.callee = callee;
    this.args = args;
  }
}

/** Something kept outside the pickle; PyTorch refers to storages so. */
export class PersistentReference {
  readonly id: PickleValue;
  constructor(id: PickleValue) {
    this.id = id;
  }
}
