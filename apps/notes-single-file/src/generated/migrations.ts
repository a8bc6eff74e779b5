// whimbrel bundle 1
// Manifest and migrations, written by "whimbrel bundle --out": run it again instead of editing this.
/* eslint-disable */
type Files = { readonly sql?: string; readonly up?: string; readonly down?: string; readonly metadata?: string }
type Database = {
  readonly layout: 'single-file' | 'directory' | 'paired'
  readonly migrations: readonly { readonly id: string; readonly files: Files }[]
}
type Bundle = {
  readonly whimbrel: 1
  readonly manifest: string
  readonly databases: {
    readonly "notes": Database
    readonly "settings": Database
  }
}

const bundle: Bundle = freeze<Bundle>({
  whimbrel: 1,
  manifest: "{\"databases\":{\"notes\":{\"url\":\"sqlite:notes.db\",\"migrations\":\"notes\"},\"settings\":{\"url\":\"sqlite:settings.db\",\"migrations\":\"settings\"}}}",
  databases: {
    "notes": {
      layout: "single-file",
      migrations: [
        { id: "001_create_notes", files: {"sql":"-- Description: A note is a text and when it was written\n-- === UP MIGRATION ===\nCREATE TABLE notes (\n  id INTEGER PRIMARY KEY,\n  body TEXT NOT NULL CHECK (body \u003c\u003e ''),\n  written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))\n);\n\n-- === DOWN MIGRATION ===\nDROP TABLE notes;\n"} },
        { id: "002_search_notes", files: {"sql":"-- Description: Find notes by their words\n-- === UP MIGRATION ===\nCREATE VIRTUAL TABLE notes_search USING fts5 (body, content = 'notes', content_rowid = 'id');\nINSERT INTO notes_search (rowid, body) SELECT id, body FROM notes;\nCREATE TRIGGER notes_search_insert AFTER INSERT ON notes BEGIN\n  INSERT INTO notes_search (rowid, body) VALUES (new.id, new.body);\nEND;\n\n-- === DOWN MIGRATION ===\nDROP TRIGGER notes_search_insert;\nDROP TABLE notes_search;\n"} },
      ],
    },
    "settings": {
      layout: "single-file",
      migrations: [
        { id: "001_create_settings", files: {"sql":"-- Description: How the list is shown\n-- Depends-On: notes:001_create_notes\n-- === UP MIGRATION ===\nCREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;\nINSERT INTO settings (key, value) VALUES ('bullet', '-');\n\n-- === DOWN MIGRATION ===\nDROP TABLE settings;\n"} },
      ],
    },
  },
})

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object') freeze(inner)
  return Object.freeze(value)
}

export default bundle
