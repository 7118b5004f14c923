import { cudaFindings } from '../../host/cuda-findings.ts';
import { cudaEnvironment, cudaParts } from './cuda-parts.ts';
import type { Finding } from './finding.ts';
import { lookUpTools } from './tools.ts';

/** Nothing here is needed. */
export async function checkOptionalParts(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [...cudaParts(await cudaFindings()), ...cudaEnvironment(env), ...(await lookUpTools(env))];
}
