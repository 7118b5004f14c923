// Everything Monaco needs, in one place that is loaded when the first file is opened. Nothing comes from the network.
import { editor, KeyCode, KeyMod, languages } from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/markdown/register';

import './editor.css';
import { cudaConfiguration, cudaLanguage, jsonConfiguration, jsonLanguage } from './cuda-language.ts';
import { offerLaunches } from './launch-lenses.ts';
import { showLiveNotes } from './live-notes.ts';
import { showFaults, showProblems } from './model-notes.ts';
import { models } from './models.ts';
import { followTheme } from './monaco-theme.ts';
import { registerProviders } from './providers.ts';

declare global {
  interface Window {
    MonacoEnvironment?: { getWorker: () => Worker };
  }
}

window.MonacoEnvironment = { getWorker: () => new EditorWorker() };

languages.register({ id: 'cuda-cpp', aliases: ['CUDA C++'] });
languages.setMonarchTokensProvider('cuda-cpp', cudaLanguage);
languages.setLanguageConfiguration('cuda-cpp', cudaConfiguration);
languages.register({ id: 'topology-json', aliases: ['Topology'] });
languages.setMonarchTokensProvider('topology-json', jsonLanguage);
languages.setLanguageConfiguration('topology-json', jsonConfiguration);

// Keys that belong to the studio.
editor.addKeybindingRules(
  [KeyCode.F1, KeyCode.F8, KeyMod.Shift | KeyCode.F8, KeyMod.CtrlCmd | KeyCode.F8].map((keybinding) => ({
    keybinding,
    command: null,
  })),
);

registerProviders();
offerLaunches();
models.add(showProblems);
models.add(showFaults);
models.add(showLiveNotes);
followTheme();
