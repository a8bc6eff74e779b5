export type { CheckReport } from '@whimbrel/checks'
