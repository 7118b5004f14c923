import { describe, expect, test } from 'vitest';
import { explainFailure } from './package.mjs';

const unpacked = '  • packaging       platform=linux arch=x64\n  • executing @electron/fuses  electronPath=x\n';

describe('when electron-builder fails', () => {
  test("without the network, Electron's binary is named", () => {
    const output =
      '  • packaging       platform=linux arch=x64\n  ⨯ getaddrinfo ENOTFOUND example.org  failedTask=build\n';
    expect(explainFailure(output)).toMatch(/^Not packed: Electron's binary could not be fetched\.\n.*ELECTRON_MIRROR/s);
  });

  test('with Electron at hand, the target whose tool is missing is named', () => {
    const output = `${unpacked}  • building        target=deb arch=x64\n  ⨯ Response code 503 (Service Unavailable)\n`;
    expect(explainFailure(output)).toContain('Not packed: a tool for the target deb could not be fetched.');
  });

  test('another failure is left to its own message', () => {
    expect(explainFailure(`${unpacked}  ⨯ Please specify project homepage\n`)).toBeUndefined();
  });
});
