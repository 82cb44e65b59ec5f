/** What a header of NumPy may be made of. Tuples and lists are arrays. */
export type PythonLiteral = string | boolean | number | readonly PythonLiteral[] | ReadonlyMap<string, PythonLiteral>;

const DEEPEST = 32;
const SPACES = /[ \t\r\n]*/y;
const INTEGER = /-?\d{1,20}L?(?![\w.])/y;
const WORD = /[A-Za-z_]\w*/y;
/** No escapes but those of quotes and backslashes: NumPy writes no others. */
const STRING = /'((?:[^'\\\r\n]|\\['"\\])*)'|"((?:[^"\\\r\n]|\\['"\\])*)"/y;

/**
 * Reads a Python literal of dictionaries with string keys, tuples, lists, strings, whole numbers and booleans: a small part of
 * https://docs.python.org/3/library/ast.html#ast.literal_eval. Nothing is evaluated.
 * @returns the value, or a text that says what is wrong
 */
export function parsePythonLiteral(text: string): { readonly value: PythonLiteral } | { readonly fault: string } {
  const parser = new LiteralParser(text);
  try {
    return { value: parser.parse() };
  } catch (thrown) {
    if (thrown instanceof LiteralFault) return { fault: thrown.message };
    throw thrown;
  }
}

class LiteralFault extends Error {}

class LiteralParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PythonLiteral {
    const value = this.#value(0);
    this.#skipSpaces();
    if (this.#at < this.#text.length) throw this.#fault();
    return value;
  }

  #value(depth: number): PythonLiteral {
    if (depth > DEEPEST) throw new LiteralFault('it is nested too deeply');
    this.#skipSpaces();
    const next = this.#text[this.#at];
    if (next === '{') return this.#dictionary(depth);
    if (next === '(') return this.#sequence(')', depth);
    if (next === '[') return this.#sequence(']', depth);
    if (next === "'" || next === '"') return this.#string();
    return this.#integer() ?? this.#boolean();
  }

  #dictionary(depth: number): PythonLiteral {
    const entries = new Map<string, PythonLiteral>();
    this.#at += 1;
    while (!this.#take('}')) {
      this.#skipSpaces();
      const key = this.#string();
      if (entries.has(key)) throw new LiteralFault(`'${key}' occurs twice`);
      if (!this.#take(':')) throw this.#fault();
      entries.set(key, this.#value(depth + 1));
      if (this.#take(',')) continue;
      if (!this.#take('}')) throw this.#fault();
      break;
    }
    return entries;
  }

  /** A single value in parentheses without a comma is that value. */
  #sequence(end: string, depth: number): PythonLiteral {
    const values: PythonLiteral[] = [];
    this.#at += 1;
    while (!this.#take(end)) {
      values.push(this.#value(depth + 1));
      if (this.#take(',')) continue;
      if (!this.#take(end)) throw this.#fault();
      return end === ')' && values.length === 1 ? values[0]! : values;
    }
    return values;
  }

  #string(): string {
    const found = this.#match(STRING);
    if (found === undefined) throw this.#fault();
    return found.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  #integer(): number | undefined {
    const found = this.#match(INTEGER);
    return found === undefined ? undefined : Number(found.replace('L', ''));
  }

  #boolean(): boolean {
    const word = this.#match(WORD);
    if (word === 'True') return true;
    if (word === 'False') return false;
    throw this.#fault();
  }

  #take(character: string): boolean {
    this.#skipSpaces();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpaces(): void {
    this.#match(SPACES);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fault(): LiteralFault {
    return new LiteralFault(`it is not understood from character ${this.#at} on`);
  }
}
