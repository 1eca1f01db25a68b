/** A file of a message or a form, as Slack describes it. */
import { z } from 'zod';

/** A file object. Slack leaves out all but the id for files of other companies, until a person asks for them by id. */
const slackFile = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  file_access: z.string().nullish(),
  url_private_download: z.url().nullish(),
  url_private: z.url().nullish(),
});

/** The files of one message or input. */
export const slackFiles = z.array(slackFile);

/** A file of a message or a form. */
export type SlackFile = z.output<typeof slackFile>;

/**
 * Returns whether the file can be a reference picture. Slack says nothing about files from other workspaces before they
 * are asked for, so those count as well.
 */
export const isPicture = ({ mimetype, file_access: access }: SlackFile): boolean =>
  mimetype ? mimetype.startsWith('image/') : access === 'check_file_info';
