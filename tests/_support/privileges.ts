/** What the process that runs the tests may do. */

/** Whether it is root's: permissions of files do not bind it then, and it may mount file systems. */
export const root = Deno.uid() === 0;
