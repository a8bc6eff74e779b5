import { describePage } from './documented-page.ts'

describePage('docs/sources.md')
