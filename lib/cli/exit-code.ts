/** How the program ends. These are a contract: scripts and CI read them. */
export const ExitCode = {
  Ok: 0,
  /** The simulation ran, and something did not become or stay as it should. */
  Failed: 1,
  /** A flag, an argument or a file is wrong. */
  Usage: 2,
  /** The app did not synthesise, or the API server refused a manifest. */
  Refused: 3,
  /** A bug of ours. */
  Bug: 4,
  Interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
