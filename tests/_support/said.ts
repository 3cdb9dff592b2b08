/** What is said on stderr. */

/** What is said on stderr while `work` is done. */
export async function saidBy(work: () => Promise<void> | void): Promise<string[]> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    await work();
  } finally {
    console.error = error;
  }
  return lines;
}
