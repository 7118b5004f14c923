import type { Problem } from '../../../app/base/studio-error.ts';

type Wording = Pick<Problem, 'code' | 'message' | 'tip'>;
type Family = readonly [pattern: RegExp, word: (name: string) => Wording];

/** Names that CUDA or C++ have elsewhere, in messages that they are unknown. Undefined for any other name or message. */
export function rewordForeignName(message: string): Wording | undefined {
  const pattern =
    /^(?:use of undeclared identifier|unknown type name|no (?:template|type|member) named) '(\w+)'(?: in namespace '(\w+)')?/;
  const match = pattern.exec(message);
  if (match === null) return undefined;
  const [, name = '', namespace] = match;
  const qualified = namespace === undefined ? name : `${namespace}::${name}`;
  return families.find(([pattern]) => pattern.test(qualified))?.[1](qualified);
}

function notSupported(message: string, tip?: string): Wording {
  return { code: 'not-supported', message, ...(tip !== undefined && { tip }) };
}

function declaredIn(name: string, header: string): Wording {
  return { code: 'missing-include', message: `'${name}' is declared in <${header}>`, tip: `Add #include <${header}>.` };
}

const families: readonly Family[] = [
  [
    /^(?:texture|surface|cuda(?:Texture|Surface)Object_t|tex(?:[123]D|Cubemap)\w*|surf(?:[123]D|Cubemap)\w*)$/,
    (name) => notSupported(`'${name}': there are no textures and surfaces`, 'Use an array in the state of the kernel.'),
  ],
  [
    /^(?:(?:make_)?cu(?:Float|Double)?Complex\w*|cuC(?:real|imag|onj|add|sub|mul|div|abs|fma)f?)$/,
    (name) => declaredIn(name, 'cuComplex.h'),
  ],
  [
    /^(?:cuda|cu)[A-Z]|^(?:checkCudaErrors|getLastCudaError|findCudaDevice|sdk[A-Z]\w*)$/,
    (name) =>
      notSupported(
        `'${name}' is for CUDA's host side, and this code runs on the device`,
        'Actors keep data in their states and send messages; for a __global__ function the host passes buffers, and code of the host is removed.',
      ),
  ],
  [
    /^(?:malloc|calloc|realloc|free)$/,
    (name) => ({
      code: 'needs-heap',
      message: `'${name}' needs a heap, which actors do not have`,
      tip: 'Keep the data in the state of the kernel.',
    }),
  ],
  [
    /^(?:__shfl(?:_up|_down|_xor)?|__ballot|__any|__all)$/,
    (name) => notSupported(`'${name}' is gone from CUDA: use '${name}_sync'`),
  ],
  [
    /^(?:(?:nv_|make_)?half2?|__half\w*|__\w+2half\w*|__h(?:add|sub|mul|div|fma|max|min|eq|lt|gt|le|ge)\w*)$/,
    (name) => declaredIn(name, 'cuda_fp16.h'),
  ],
  [/^(?:(?:__)?nv_bfloat162?|make_bfloat162|__\w*bfloat16\w*)$/, (name) => declaredIn(name, 'cuda_bf16.h')],
  [
    /^(?:__cluster\w+|__isClusterShared|__isCtaShared|__threadfence_cluster)$/,
    (name) => notSupported(`'${name}': thread block clusters are not supported by the CPU device`),
  ],
  [/^cooperative_groups$/, (name) => declaredIn(name, 'cooperative_groups.h')],
  [
    /^cooperative_groups::(?:reduce|reduce_store_async|plus|less|greater|bit_(?:and|or|xor))$/,
    (name) => declaredIn(name, 'cooperative_groups/reduce.h'),
  ],
  [/^cooperative_groups::(?:inclusive|exclusive)_scan$/, (name) => declaredIn(name, 'cooperative_groups/scan.h')],
  [
    /^cooperative_groups::(?:memcpy_async|wait|wait_prior)$/,
    (name) => declaredIn(name, 'cooperative_groups/memcpy_async.h'),
  ],
  [
    /^__(?:nv_atomic_\w+|NV_(?:ATOMIC|THREAD_SCOPE)_\w+)$/,
    (name) => notSupported(`'${name}': atomics with an order are not supported by the CPU device`, atomicTip),
  ],
  [/^__u128Atomic\w+$/, (name) => notSupported(`'${name}': atomics of the CPU device have at most 64 bits`)],
  [/^__managed__$/, (name) => notSupported(`'${name}': there is no managed memory`, 'Use __device__.')],
  [
    /^(?:curand\w*|thrust|cub|cuda|nvcuda|cublas\w*|__pipeline_\w+|__mbarrier_\w+)$/,
    (name) => notSupported(`'${name}': libraries of the CUDA toolkit are not part of the CPU device`),
  ],
  [
    /^std::/,
    (name) =>
      notSupported(
        `'${name}' is not available: device code has no C++ standard library beyond C's headers`,
        standardTip(name),
      ),
  ],
];

function standardTip(name: string): string | undefined {
  return standardTips.find(([pattern]) => pattern.test(name))?.[1];
}

const atomicTip = 'Use atomicAdd and its like, whose order is sequential here, with __threadfence().';

const standardTips: readonly (readonly [RegExp, string])[] = [
  [/^std::(?:vector|array|deque|list|span|initializer_list)$/, 'Use a fixed array or ring::list<T, N>.'],
  [/^std::(?:string|string_view)$/, 'Use ring::text<N>.'],
  [/^std::(?:cout|cerr|endl|ostream)$/, 'Use printf.'],
  [/^std::function$/, 'Keep a lambda in an auto variable, or take it as a template parameter.'],
  [/^std::(?:min|max)$/, 'Write it without std::.'],
  [/^std::(?:unique_ptr|shared_ptr|make_unique|make_shared)$/, 'Keep the data in the state of the kernel.'],
  [
    /^std::(?:atomic|mutex|thread)$/,
    'A state belongs to one actor and needs none; for __device__ variables there are atomicAdd and its like.',
  ],
];
