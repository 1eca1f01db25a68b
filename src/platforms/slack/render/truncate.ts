/** Shortens texts to what Slack takes. */

/** Returns at most `maxLength` characters, with an ellipsis if some are missing. */
export const truncate = (text: string, maxLength: number): string =>
  text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
