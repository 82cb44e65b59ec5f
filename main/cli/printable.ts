/** Names come out of files that anybody may have made: shows control characters instead of letting the terminal obey them. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
