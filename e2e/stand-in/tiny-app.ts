/** A small application of its own, for what the stand-in itself promises: its files by their names. */
export const tinyApp: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'tiny', version: '1.2.3', main: 'main.cjs' }),

  'main.cjs': `
    const { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, utilityProcess } = require('electron');
    const { join } = require('node:path');
    require('node:fs').mkdirSync(process.env.TINY_USER_DATA, { recursive: true });
    app.setPath('userData', process.env.TINY_USER_DATA);
    const seen = (globalThis.seen = []);
    protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    for (const name of ['before-quit', 'will-quit', 'window-all-closed', 'second-instance', 'render-process-gone', 'child-process-gone'])
      app.on(name, (...args) => seen.push(name === 'second-instance' ? name + ' ' + args[1].at(-1) : name));
    if (!app.requestSingleInstanceLock()) app.quit();
    app.whenReady().then(() => {
      seen.push('ready');
      protocol.handle('app', ({ url }) => {
        if (url === 'app://tiny/') return new Response(PAGE, { headers: { 'content-type': 'text/html',
          'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'" } });
        if (url === 'app://tiny/page.js') return new Response('document.title = "tiny"; window.bridgeAtStart = typeof tiny;', { headers: { 'content-type': 'text/javascript' } });
        return new Response('nothing', { status: 404 });
      });
      ipcMain.handle('ask', (event, value) => ({ value, from: event.senderFrame.url, isMain: event.senderFrame === event.sender.mainFrame }));
      ipcMain.handle('fail', () => { throw new Error('no such thing'); });
      ipcMain.on('connect', (event) => {
        const host = (globalThis.host = utilityProcess.fork(join(__dirname, 'host.mjs'), [], { serviceName: 'Tiny Host' }));
        const { port1, port2 } = new MessageChannelMain();
        host.postMessage('here', [port1]);
        event.sender.postMessage('port', 'from main', [port2]);
        host.on('message', (word) => seen.push(word));
        host.on('exit', (code) => seen.push('exit ' + code));
      });
      const window = (globalThis.window = new BrowserWindow({ webPreferences: { preload: join(__dirname, 'preload.cjs') } }));
      window.webContents.on('will-navigate', (event, url) => { seen.push('will-navigate ' + url); event.preventDefault(); });
      window.webContents.setWindowOpenHandler(({ url }) => { seen.push('open ' + url); return { action: 'deny' }; });
      window.on('close', (event) => { seen.push('close'); if (globalThis.isStubborn) event.preventDefault(); });
      window.loadURL('app://tiny/').then(() => seen.push('loaded'));
    });
    const PAGE = '<!doctype html><title>…</title><script src="page.js"></script><script>window.inline = 1</script><a id="out" href="https://elsewhere.example/">out</a><a id="blank" href="https://elsewhere.example/" target="_blank" rel="noopener">new</a>';
  `,

  'preload.cjs': `
    const { contextBridge, ipcRenderer } = require('electron');
    globalThis.ofPreload = 1;
    ipcRenderer.on('port', (event, word) => window.postMessage({ word }, location.origin, [...event.ports]));
    contextBridge.exposeInMainWorld('tiny', {
      platform: process.platform,
      hasNode: () => { try { require('node:fs'); return true; } catch { return false; } },
      ask: (value) => ipcRenderer.invoke('ask', value),
      fail: () => ipcRenderer.invoke('fail'),
      connect: () => ipcRenderer.send('connect'),
      twice: (call) => [call(1), call(2)],
      onMessage: (listener) => { ipcRenderer.on('told', (_, value) => listener(value)); },
    });
  `,

  'host.mjs': `
    process.parentPort.on('message', ({ data, ports: [port] }) => {
      port.on('close', () => process.parentPort.postMessage('port closed'));
      port.on('message', ({ data }) => {
        if (data !== 'stream') return port.postMessage(data);
        // 200 actors, 30 times a second, for two seconds.
        let turn = 0;
        const timer = setInterval(() => {
          for (let actor = 0; actor < 200; actor++) port.postMessage(turn * 200 + actor);
          if (++turn === 60) clearInterval(timer);
        }, 1000 / 30);
      });
      port.start();
    });
  `,
};
