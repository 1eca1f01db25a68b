/** Starts video jobs, for `/video`, `/animate` and `/motion`. */
import type { Call, Message } from '../../chat.ts';
import { videoRequest } from '../../photogpt/request-bodies.ts';
import type { Context } from '../kit/define.ts';
import { mustBePictures } from './chosen-picture.ts';
import { modelOf, settingsFor } from './model-settings.ts';
import { parentOf } from './start-pictures.ts';

/** The default model for videos. Its options are documented in full. */
export const usualModel = 'veo-3.1';

type Role = 'first_frame' | 'last_frame' | 'reference_image' | 'reference_video';

/** A kept picture or video by its id, or a driving video by its public address. */
export type VideoReference = { role: Role; media: string } | { role: Role; url: string };

/** The settings of a video job. */
export type VideoWish = {
  prompt: string;
  model?: string;
  count?: number;
  duration?: number;
  ratio?: string;
  resolution?: string;
  audio?: boolean;
  negative?: string;
  seed?: number;
  settings?: string;
};

/** Starts one job, and returns its acknowledgement. Throws `UserError` for settings that the model does not take. */
export async function startVideo(
  context: Context,
  wish: VideoWish,
  references: VideoReference[],
  call: Call,
): Promise<Message> {
  const { app, origin } = context;
  const model = modelOf(app, 'video', wish.model ?? usualModel);
  const { prompt, count, duration, ratio, resolution, audio, negative, seed } = wish;
  const named = { duration, ratio, resolution, audio, negative, seed };
  const options = settingsFor(
    model,
    named,
    wish.settings,
    references.map(({ role }) => role),
    count,
  );
  const stills = references.filter(({ role }) => role !== 'reference_video');
  await mustBePictures(
    context,
    stills.flatMap((reference) => ('media' in reference ? [reference.media] : [])),
  );
  const request = videoRequest(model, { prompt, count, options });
  const refs = references.map((reference) => ('url' in reference ? { ...reference, media: '' } : reference));
  const keptIds = references.flatMap((reference) => ('media' in reference ? [reference.media] : []));
  const parent = await parentOf(context, keptIds);
  return app.jobs.start({ operation: 'video', model: model.id, request, refs, ...parent }, { origin, call });
}
