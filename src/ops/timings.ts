/** Every time limit of the operator's server and of `/status`, with its unit and its reason. */

/** Time limit of one answer to a machine. Docker and Kubernetes ask again after a few seconds. */
export const answerTimeoutMs = 2_000;

/** Time limit of each part of `/status`: a person waits for the answer. */
export const statusTimeoutMs = 3_000;
