export { type Layout, layouts } from '../model/layout.ts'
export { type FolderSourceOptions, folderSource } from './folder-source.ts'
