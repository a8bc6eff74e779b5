import type { Safeguard } from '@whimbrel/core'
import { lossSafeguardOf } from 'whimbrel/compose'
import type { Target } from './target.ts'

/** What looks after the rows of a database while `up` and `down` change it. */
export function safeguardOf(options: { readonly allowDataLoss?: boolean }): (target: Target) => Safeguard {
  return (target) => lossSafeguardOf(target, options)
}

/** The option of `up` and `down` that agrees to a loss. */
export const allowDataLoss = {
  flags: '--allow-data-loss',
  description: 'agree to lose rows and values; they are kept in a file first',
}
