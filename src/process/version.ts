/** The version of the bot, from package.json. */
import packageJson from '../../package.json' with { type: 'json' };

/** Version in the form of semver, such as `0.1.0`. */
export const { version } = packageJson;
