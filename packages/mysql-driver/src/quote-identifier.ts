/** A name as MySQL and MariaDB read it back unchanged, whatever characters it holds: a`b becomes `a``b`. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
