import type {} from 'vitest'
import type { DatabaseMatchers } from './matchers.ts'

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: it has to be declared as Vitest declares it.
  interface Matchers<T = any> extends DatabaseMatchers {}
}
