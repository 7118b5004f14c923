/** A fetch that failed; its message is a sentence for people, without the full stop. */
export class FetchFailure extends Error {}

/** The server said nothing for too long. */
export class TimeLimit extends Error {}

/**
 * @param {unknown} error what @electron/get, the extractor or the file system threw
 * @param {{ url?: string, isProxied?: boolean }} [request] what was asked for, once something was
 */
export function describeFetchFailure(error, { url = '', isProxied = false } = {}) {
  const server = URL.canParse(url) ? new URL(url).host : 'the server';
  const host = isProxied ? `the proxy before ${server}` : server;
  const cause = innermost(error);
  if (cause instanceof TimeLimit) return `${host} ${cause.message}`;
  const status = statusOf(cause);
  if (status !== undefined) return describeStatus(status, server);
  if (/checksum .*did not match/i.test(cause.message)) {
    return `what came from ${server} is not the published file (its checksum differs)`;
  }
  const [firstLine = ''] = cause.message.split('\n');
  // Node's fetch has no word for a proxy that answers with 407.
  const unnamed = `${host} gave no answer that can be used (a login for a proxy?)`;
  return describeNetwork(cause, host, server) ?? describeDisk(cause) ?? (firstLine || unnamed);
}

/** @typedef {Error & { code?: string, hostname?: string, address?: string, port?: number, path?: string }} SystemError */

/**
 * @param {SystemError} cause
 * @param {string} host who answers first
 * @param {string} server who has the file
 */
function describeNetwork(cause, host, server) {
  const peer = cause.address === undefined ? host : `${host} (at ${cause.address}:${cause.port})`;
  switch (cause.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${cause.hostname ?? host} cannot be resolved (is this machine online?)`;
    case 'ECONNREFUSED':
      return `${peer} refuses the connection`;
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return `${peer} cannot be reached`;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `${host} does not answer`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return `the connection to ${host} broke off`;
    default:
      break;
  }
  if (/proxy response/i.test(cause.message)) {
    return `the proxy does not let it through to ${server} (HTTP ${/\((\d+)\)/.exec(cause.message)?.[1] ?? '?'})`;
  }
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_/.test(cause.code ?? '')) {
    return `the certificate of ${server} is not trusted (${cause.code}; NODE_EXTRA_CA_CERTS adds the one of a proxy)`;
  }
  return undefined;
}

/** @param {SystemError} cause */
function describeDisk({ code, message, path }) {
  const where = path === undefined ? '' : ` (${path})`;
  if (code === 'ENOSPC' || /no space left/i.test(message)) return `the disk is full${where}`;
  if (code === 'EDQUOT') return `the disk quota is used up${where}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `the folder cannot be written${where}`;
  return undefined;
}

/**
 * @param {number} status
 * @param {string} host
 */
function describeStatus(status, host) {
  if (status === 401 || status === 403) return `${host}, or a proxy before it, refuses the file (HTTP ${status})`;
  if (status === 404) return `${host} does not have the file (HTTP 404)`;
  return `${host} answered with HTTP ${status}`;
}

/**
 * @param {unknown} error of @electron/get, which keeps the response
 * @returns {number | undefined}
 */
function statusOf(error) {
  if (!(error instanceof Error && 'response' in error)) return undefined;
  const { response } = error;
  return typeof response === 'object' && response !== null && 'status' in response
    ? Number(response.status)
    : undefined;
}

/**
 * `fetch` says only "fetch failed"; why is in its cause, or in the first of several when a name has several addresses.
 *
 * @param {unknown} error
 * @returns {SystemError}
 */
function innermost(error) {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return innermost(error.cause);
  return error instanceof Error ? error : new Error(String(error));
}
