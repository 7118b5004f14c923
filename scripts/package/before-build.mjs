/**
 * electron-builder's hook `beforeBuild`. False: there are no node_modules to install, to rebuild or to pack.
 *
 * @returns {boolean}
 */
export default function beforeBuild() {
  return false;
}
