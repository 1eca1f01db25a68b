/** All that the bot may do in a workspace, and what for. None of it reads what people write to each other. */
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

export const manifestScopes = Object.keys(reasons);

/** User groups, as roles that settings name. Whoever installs the app may leave this out: then nobody has a role. */
export const optionalScopes = ['usergroups:read'];

/** For an app to which people may simply write: what they write to the bot itself, and nothing else. */
export const directScopes = ['im:history'];
