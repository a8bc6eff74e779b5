/** Settings of a connection by name, as the server shows them. */
export type Settings = ReadonlyMap<string, string>

/** What a migration may set for itself, and what is put back for the next one and for its record. */
export const keptSettings = [
  // Who lost rights gets them back before anything else is set.
  'role',
  'search_path',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'check_function_bodies',
  'client_encoding',
  'client_min_messages',
  'standard_conforming_strings',
  'bytea_output',
  'extra_float_digits',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'default_tablespace',
  'default_table_access_method',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'maintenance_work_mem',
  'row_security',
  'synchronous_commit',
  'work_mem',
]
