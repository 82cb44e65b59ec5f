/** A JSON column's text back as data. The column's CHECK and the repository that wrote it vouch for the type. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** Now, as every `…_at` column keeps it: ISO 8601, UTC. */
export function timestamp(): string {
  return new Date().toISOString();
}
