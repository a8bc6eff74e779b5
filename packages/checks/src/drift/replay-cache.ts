/** Keeps texts by key, as well as it can: what cannot be read or written is as if it were not there. */
export interface ReplayCache {
  read(key: string): Promise<string | undefined>
  write(key: string, text: string): Promise<void>
}
