@echo off
rem The command line of an installed Ring Kernel Studio: the application's own binary, run as plain Node.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined RINGSTUDIO_RENDERER_DIR set "RINGSTUDIO_RENDERER_DIR=%~dp0..\..\app.asar\dist\renderer"
"%~dp0..\..\..\Ring Kernel Studio.exe" "%~dp0ringstudio.mjs" %*
exit /b %errorlevel%
