export type { Manifest } from '@whimbrel/manifest'
