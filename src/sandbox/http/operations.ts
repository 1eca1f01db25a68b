/** Every route of the API, as data. The API spells two operations GET that change state. */

/**
 * The operations by name. Verbs and paths of the delete operations, of `GET /videos` and of `GET /presets` are guesses
 * or come from third parties.
 */
export const operations = [
  { name: 'ping', method: 'GET', path: '/ping' },
  { name: 'listModels', method: 'GET', path: '/models' },
  { name: 'saveModel', method: 'POST', path: '/models' },
  { name: 'getModel', method: 'GET', path: '/models/:id' },
  { name: 'deleteModel', method: 'DELETE', path: '/models/:id' },
  { name: 'trainModel', method: 'GET', path: '/models/:id/train' },
  { name: 'listModelImages', method: 'GET', path: '/models/:id/images' },
  { name: 'uploadImage', method: 'POST', path: '/images/upload' },
  { name: 'getImage', method: 'GET', path: '/images/:id' },
  { name: 'deleteImage', method: 'DELETE', path: '/images/:id' },
  { name: 'generateImage', method: 'POST', path: '/images/generation' },
  { name: 'upscaleImage', method: 'POST', path: '/images/upscaling' },
  { name: 'generateVideo', method: 'POST', path: '/videos/generation' },
  { name: 'getJob', method: 'GET', path: '/jobs/:id' },
  { name: 'listJobs', method: 'GET', path: '/jobs' },
  { name: 'listVideos', method: 'GET', path: '/videos' },
  { name: 'getVideo', method: 'GET', path: '/videos/:id' },
  { name: 'deleteVideo', method: 'DELETE', path: '/videos/:id' },
  { name: 'createVideoDownload', method: 'GET', path: '/videos/:id/create-download' },
  { name: 'getVideoDownload', method: 'GET', path: '/videos/:id/download' },
  { name: 'listPresets', method: 'GET', path: '/presets' },
] as const satisfies { name: string; method: 'GET' | 'POST' | 'DELETE'; path: string }[];

/** The name of an operation. */
export type Operation = (typeof operations)[number]['name'];
