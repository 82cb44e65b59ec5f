/** How a file is to be read where its content leaves that open; as the service takes it. */
export interface FileReading {
  readonly stateDict?: string;
  readonly map?: Record<string, string>;
}
