import { expect, it } from 'vitest';

import { readPtxasReport } from './ptxas-report.ts';

const report = `ptxas info    : 0 bytes gmem, 8 bytes cmem[3]
ptxas info    : Compiling entry function 'ring_run_ping' for 'sm_80'
ptxas info    : Function properties for ring_run_ping
    96 bytes stack frame, 12 bytes spill stores, 16 bytes spill loads
ptxas info    : Used 98 registers, used 1 barriers, 96 bytes cumulative stack size, 40 bytes smem, 368 bytes cmem[0]
ptxas info    : Compile time = 906.239 ms
ptxas info    : Function properties for _ZN4ring7runtime5flushERNS_3abi5actorE
    0 bytes stack frame, 4 bytes spill stores, 4 bytes spill loads
ptxas info    : Compiling entry function 'plain' for 'sm_120'
ptxas info    : Function properties for plain
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, used 0 barriers
`;

it('an entry comes with its own figures, and with the spills of what it calls', () => {
  expect(readPtxasReport(report)).toEqual([
    { entry: 'ring_run_ping', architecture: 'sm_80', registers: 98, spillBytes: 16, stackBytes: 96, sharedBytes: 40 },
    { entry: 'plain', architecture: 'sm_120', registers: 8, spillBytes: 0, stackBytes: 0, sharedBytes: 0 },
  ]);
});

it('a report without entries is empty, one that breaks off is an error', () => {
  expect(readPtxasReport('ptxas info    : 0 bytes gmem\n')).toEqual([]);
  const [head = ''] = report.split('ptxas info    : Used');
  expect(() => readPtxasReport(head)).toThrow('does not say what ring_run_ping uses on sm_80');
});
