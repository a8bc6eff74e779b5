import { describePage } from './documented-page.ts'

describePage('docs/embedding.md')
