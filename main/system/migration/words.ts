/** A word of a command as a person can type it: what a shell would read otherwise stands in quotes. */
export const quoted = (word: string): string =>
  /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** The command that ends a project by its own files. */
export function downOf(
  project: string,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
): string {
  return [
    'docker compose --project-name',
    quoted(project),
    '--project-directory',
    quoted(folder),
    ...files.map((file) => `--file ${quoted(file)}`),
    'down',
  ].join(' ')
}
