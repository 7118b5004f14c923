import { cudaFindings } from '../../host/cuda-findings.ts';
import { cudaParts } from './cuda-parts.ts';
import type { Finding } from './finding.ts';
import { lookUpTools } from './tools.ts';

/** Nothing here is needed. */
export async function checkOptionalParts(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [...cudaParts(await cudaFindings()), ...(await lookUpTools(env))];
}
