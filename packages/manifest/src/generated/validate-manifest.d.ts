/** True where the data fits the manifest's schema, before variables are filled in. */
export default function validateManifest(data: unknown): boolean
