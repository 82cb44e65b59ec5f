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
  | PickleAttribute
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

const NO_ITEMS: ReadonlyMap<PickleValue, PickleValue> = new Map();

/** A call that Python would have made, and what it would then have put into the result. */
export class PickleCall {
  readonly callee: PickleGlobal;
  readonly args: readonly PickleValue[];
  /** What the object's attributes would have been set from (`BUILD`). */
  state: PickleValue = null;
  #items: Map<PickleValue, PickleValue> | undefined;

  constructor(callee: PickleGlobal, args: readonly PickleValue[]) {
    this.callee = callee;
    this.args = args;
  }

  /** Entries, for a class that is a dictionary. */
  get items(): ReadonlyMap<PickleValue, PickleValue> {
    return this.#items ?? NO_ITEMS;
  }

  set(key: PickleValue, value: PickleValue): void {
    this.#items ??= new Map();
    this.#items.set(key, value);
  }
}

/** An object's attribute that Python would have asked for: never looked up. Nothing is put into it, and it is never called. */
export class PickleAttribute {
  readonly of: PickleCall;
  readonly name: string;
  constructor(of: PickleCall, name: string) {
    this.of = of;
    this.name = name;
  }
}

/** Something kept outside the pickle; PyTorch refers to storages so. */
export class PersistentReference {
  readonly id: PickleValue;
  constructor(id: PickleValue) {
    this.id = id;
  }
}
