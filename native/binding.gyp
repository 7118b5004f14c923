# Built by scripts/build-native.mjs. Lies here and not in the root, where npm would build it with every installation.
# No CUDA toolkit: driver/ loads NVIDIA's libraries at run time.
{
  'targets': [
    {
      'target_name': 'ring_native',
      'sources': [
        'addon/addon.cc',
        'addon/arguments.cc',
        'addon/channel.cc',
        'addon/compiler_calls.cc',
        'addon/context_calls.cc',
        'addon/environment.cc',
        'addon/errors.cc',
        'addon/handle_table.cc',
        'addon/launch_calls.cc',
        'addon/memory_calls.cc',
        'addon/module_calls.cc',
        'addon/nvml_calls.cc',
        'addon/process_calls.cc',
        'addon/to_js.cc',
        'addon/watch_calls.cc',
        'driver/checked_call.cc',
        'driver/cuda_driver.cc',
        'driver/cuda_probe.cc',
        'driver/dynamic_library.cc',
        'driver/nvml_figures.cc',
        'driver/nvml_library.cc',
        'driver/nvml_probe.cc',
        'driver/nvml_processes.cc',
        'driver/nvrtc_library.cc',
        'driver/nvrtc_probe.cc',
        'runtime/compiler.cc',
        'runtime/context.cc',
        'runtime/device_info.cc',
        'runtime/failure.cc',
        'runtime/launch.cc',
        'runtime/launch_board.cc',
        'runtime/memory.cc',
        'runtime/module.cc',
        'runtime/occupancy_budget.cc',
        'runtime/short_sleep.cc',
        'runtime/signal_watcher.cc',
        'runtime/work_thread.cc',
      ],
      'include_dirs': ['.', '<!(node -p "require(\'node-addon-api\').include_dir")'],
      # A fixed version of Node-API: one binary for every Node and Electron that has it.
      # A worker that is being terminated runs no JavaScript, so a callback that is delivered to it cannot throw either:
      # without the last one, that aborts the process.
      'defines': [
        'NAPI_VERSION=8',
        'NAPI_DISABLE_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      # On Windows the symbols come from the program that loads the addon, be it node.exe or electron.exe.
      'win_delay_load_hook': 'true',
      'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-fno-rtti'],
      'cflags_cc': ['-std=c++20', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-unused-parameter'],
      'conditions': [
        ['OS=="linux"', {
          # The C++ library goes in: Electron's and the system's may be of another version.
          'ldflags': ['-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL'],
          'libraries': ['-ldl', '-lpthread'],
        }],
        ['OS=="mac"', {
          'xcode_settings': {
            'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
            'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
            'MACOSX_DEPLOYMENT_TARGET': '12.0',
          },
        }],
        ['OS=="win"', {
          'defines': ['NOMINMAX', 'WIN32_LEAN_AND_MEAN', 'UNICODE', '_UNICODE'],
          'msvs_settings': {
            'VCCLCompilerTool': { 'AdditionalOptions!': ['-std:c++17'], 'AdditionalOptions': ['/std:c++20', '/Zc:preprocessor'] },
          },
        }],
      ],
    },
  ],
}
