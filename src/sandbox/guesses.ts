/**
 * The sandbox's guesses about the API, where the documentation is silent. They are one object, so that any can be
 * flipped.
 */

/** The guesses. Sizes are in bytes, times in seconds, money in credits. Statuses are HTTP statuses. */
export const guesses = {
  /** Statuses of rules that the documentation names without a status. */
  missingVersionStatus: 400,
  wrongGroupStatus: 400,
  notReadyStatus: 409,
  trainingBusyStatus: 429,
  alreadyTrainingStatus: 409,
  uploadRefusedStatus: 400,
  windowStatus: 400,
  noCreditsStatus: 402,
  noDownloadStatus: 404,
  triggerStatus: 200,

  /** The word in the answer of a trigger. The sample has `queued`, although the job itself may still be `created`. */
  triggerWord: 'queued',
  generatedImageType: 'output',
  videoType: 'video',
  modelType: 'person',
  failedModelStatus: 'failed',
  deletedResult: 'deleted',
  downloadRequestedResult: 'Download requested',
  /** The word comes from the product whose downloads look like these. */
  downloadPendingWord: 'inprogress',

  /** Whether `POST /models` and `GET /models` repeat name, age and the rest. */
  echoesModelFields: true,
  listsDeletedModels: false,
  /** Whether a model that is ready may be trained again. */
  retrains: true,
  /** Whether a trained model needs at least one of prompt, preset and inputImageId. */
  trainedNeedsSomething: true,
  /** Whether the same credits come back when a job fails. */
  refundsFailures: false,
  rejectsUnknownPresets: true,
  /**
   * Whether an unreachable reference on this machine refuses the job. Otherwise a placeholder is drawn after its
   * address.
   */
  rejectsUnreachableReferences: true,
  /** Whether references at loopback addresses other than the sandbox's own are fetched at all. */
  fetchesLoopback: true,

  promptLimit: 20_000,
  imagesPerJob: 10,
  videosPerJob: 4,
  smallestSide: 64,
  largestSide: 4096,
  upscaleFactor: 2,
  largestUpscaledSide: 8192,
  defaultRatio: '1:1',
  defaultVideoRatio: '16:9',
  defaultVideoSeconds: 5,
  longestVideoSeconds: 30,
  framesPerSecond: 12,
  /** Whether results are drawn when their job starts. Otherwise they are drawn on their first request. */
  drawsAhead: true,
  pictureFormat: 'jpeg' as 'jpeg' | 'png' | 'webp',

  uploadBytes: 20 * 1024 * 1024,
  uploadsPerType: 20,
  trainingImagesMin: 12,
  trainingImagesMax: 20,
  trainingSecondsMin: 20 * 60,
  trainingSecondsMax: 25 * 60,
  trainingsAtOnce: 1,
  upscaleSeconds: 20,
  downloadSeconds: 15,

  jobsPerPage: 50,
  imagesPerPage: 20,
  largestPage: 100,
  windowSeconds: 24 * 3600,
  longestWindowSeconds: 7 * 24 * 3600,
  /** Seconds for which a result's address works after its job ended. `undefined` means for ever. */
  urlSeconds: undefined as number | undefined,

  creditsPerImage: 10,
  creditsPerVideo: 60,
  creditsPerUpscale: 5,
  creditsPerTraining: 200,
  /** Credits per result of single models that differ from the above. */
  creditsByModel: {} as Record<string, number>,

  /** Limits of the state. The oldest jobs and drawn media make room, and nothing else does. */
  jobsKept: 100_000,
  modelsPerKey: 1_000,
  drawnBytes: 1024 ** 3,
  uploadedBytes: 4 * 1024 ** 3,
};

/** The guesses, each of which can be flipped. */
export type Guesses = typeof guesses;
