import { describePage } from './documented-page.ts'

describePage('packages/whimbrel/README.md')
