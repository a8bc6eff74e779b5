export { type FolderSourceOptions, folderSource, type Layout, layouts } from './folder-source.ts'
