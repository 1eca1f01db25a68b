/** Discord's ids. The upper bits of a snowflake are the time at which it was made. */

/** First moment of snowflakes, the start of 2015, in milliseconds since 1970. */
const discordEpochMs = 1_420_070_400_000n;

/** Returns the time at which a snowflake was made, in milliseconds since 1970. */
export const createdAtMs = (snowflake: string) => Number((BigInt(snowflake) >> 22n) + discordEpochMs);

/** Returns the lowest snowflake of a moment, given in milliseconds since 1970. */
export const snowflakeAt = (milliseconds: number) =>
  String((BigInt(Math.max(0, Math.floor(milliseconds))) - discordEpochMs) << 22n);
