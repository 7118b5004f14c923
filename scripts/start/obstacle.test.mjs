import { expect, test } from 'vitest';
import { joinObstacles, sandboxObstacle } from './obstacle.mjs';

const desk = { platform: /** @type {const} */ ('linux'), isRoot: false, hasDisplay: true, isSandboxOff: false };
const sandbox = {
  maxUserNamespaces: '96365',
  unprivilegedClone: '1',
  appArmorRestricts: '0',
  helperPath: '/x/chrome-sandbox',
  isHelperSetUp: false,
};

test('a person at a desk has no obstacle', () => {
  expect(joinObstacles(desk)).toBeUndefined();
  expect(sandboxObstacle(sandbox)).toBeUndefined();
});

test('who is root is told that another user gets the window, where nothing else is in the way', () => {
  const root = { ...desk, isRoot: true };
  expect(joinObstacles(root)).toBe('Electron refuses to run as root. Another user gets the window.');
  expect(joinObstacles({ ...root, hasDisplay: false })).toBe(
    'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). Electron refuses to run as root.',
  );
  const reason = joinObstacles(root, { ...sandbox, maxUserNamespaces: '0' });
  expect(reason).toMatch(/^Electron refuses to run as root\. Electron's sandbox needs permission .* sudo chmod 4755/);
});

test('who switched the sandbox off needs no permission for it', () => {
  const refused = { ...sandbox, maxUserNamespaces: '0' };
  expect(joinObstacles(desk, refused)).toContain('needs permission');
  expect(joinObstacles({ ...desk, isSandboxOff: true }, refused)).toBeUndefined();
});

test('root may have switched the sandbox off', () => {
  expect(joinObstacles({ ...desk, isRoot: true, isSandboxOff: true })).toBeUndefined();
});

test('no display', () => {
  expect(joinObstacles({ ...desk, hasDisplay: false })).toContain('neither DISPLAY nor WAYLAND_DISPLAY');
});

test.each(/** @type {const} */ (['darwin', 'win32']))('none of this concerns %s', (platform) => {
  expect(joinObstacles({ ...desk, platform, isRoot: true, hasDisplay: false })).toBeUndefined();
});

test.each([
  [{ maxUserNamespaces: '0' }, 'user.max_user_namespaces is 0'],
  [{ unprivilegedClone: '0' }, 'kernel.unprivileged_userns_clone is 0'],
  [{ appArmorRestricts: '1' }, 'kernel.apparmor_restrict_unprivileged_userns is 1'],
])('a kernel that refuses namespaces (%j) needs the helper, once, with this command', (setting, why) => {
  const reason = sandboxObstacle({ ...sandbox, ...setting });
  expect(reason).toContain(why);
  expect(reason).toContain("sudo chown root:root '/x/chrome-sandbox' && sudo chmod 4755 '/x/chrome-sandbox'");
  expect(sandboxObstacle({ ...sandbox, ...setting, isHelperSetUp: true })).toBeUndefined();
});

test('settings that this kernel does not have restrict nothing', () => {
  expect(
    sandboxObstacle({ ...sandbox, maxUserNamespaces: '', unprivilegedClone: '', appArmorRestricts: '' }),
  ).toBeUndefined();
});

test('a path with spaces and quotes survives the shell', () => {
  const reason = sandboxObstacle({ ...sandbox, maxUserNamespaces: '0', helperPath: "/it's here/chrome-sandbox" });
  expect(reason).toContain(String.raw`chmod 4755 '/it'\''s here/chrome-sandbox'`);
});
