/** Names and values as SQL writes them (PostgreSQL, "Lexical Structure"; standard_conforming_strings is on since 9.1). */

/** `"weird ""name"""` */
export function identifier(name: string): string {
  return `"${refuseZero(name).replaceAll('"', '""')}"`
}

/** `'it''s'` */
export function literal(value: string): string {
  return `'${refuseZero(value).replaceAll("'", "''")}'`
}

/** A database for `-d`, which reads connection strings ("dbname='…'"): no name can be taken for more than a name. */
export function connection(database: string): string {
  return `dbname='${refuseZero(database).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function refuseZero(text: string): string {
  if (text.includes('\0')) throw new Error('a name with a zero byte')
  return text
}
