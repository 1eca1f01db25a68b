/** All that the bot may do in a workspace, and what for. None of it reads what people write to each other. */
const reasons = {
  'app_mentions:read': 'calls in threads, where slash commands do not work',
  'channels:join': 'files in public channels, which need membership',
  'chat:write': 'messages',
  'chat:write.public': 'acknowledgements before a public channel was joined',
  commands: 'slash commands and shortcuts',
  'files:read': 'reference pictures, and whether an upload has appeared',
  'files:write': 'results',
  'im:write': 'private results',
  'users:read': 'names, languages and who runs the workspace',
};

export const manifestScopes = Object.keys(reasons);
