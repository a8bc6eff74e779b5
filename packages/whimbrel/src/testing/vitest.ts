import type {} from 'vitest'
import type { DatabaseMatchers } from './matchers.ts'

// Only types: who imports this tells TypeScript what `expect.extend(databaseMatchers)` has told `expect`.
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: it has to be declared as Vitest declares it.
  interface Matchers<T = any> extends DatabaseMatchers {}
}
