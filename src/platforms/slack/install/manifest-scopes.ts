/** The scopes of the app, each with its reason. None of them reads what people write to each other. */
const reasons = {
  'app_mentions:read': 'calls in threads, where slash commands do not work',
  'channels:join': 'answers in public channels, which need membership',
  'chat:write': 'messages',
  commands: 'slash commands and shortcuts',
  'files:read': 'reference pictures, and whether an upload has appeared',
  'files:write': 'results',
  'im:write': 'private results',
  'users:read': 'names, languages and who runs the workspace',
};

/** The scopes that every workspace grants. */
export const manifestScopes = Object.keys(reasons);

/**
 * The scopes that a workspace may leave out when it installs the app: user groups, which settings name as roles.
 * Without it, everybody is without a role.
 */
export const optionalScopes = ['usergroups:read'];

/** The scopes of an app to which people may write without a command. They cover only what people write to the bot. */
export const directScopes = ['im:history'];
