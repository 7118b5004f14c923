// Bodies that attract each other: all pairs, in steps of the leapfrog method ("kick, drift, kick"), which keeps the
// energy within bounds for as long as one likes.
#include <ring_kernel.cuh>

/// Moves the bodies. Lengths, times and masses are in units in which the constant of gravitation is 1.
struct Advance {
  ring::buffer<float4> bodies;      ///< x, y, z and the mass w
  ring::buffer<float4> velocities;  ///< w is not used
  float dt = 0.01f;
  uint32_t steps = 1;
  float softening = 0.01f;  ///< length that is added to distances, in squares: none is 0
};

/// What the bodies are like then.
struct Moved {
  float kinetic;    ///< energy
  float potential;  ///< energy
  float3 momentum;
};

enum class BodiesError : uint32_t { none = 0, sizes_differ = 1 };

__device__ inline float3 operator+(const float3& a, const float3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
__device__ inline float squared(float x, float y, float z) { return x * x + y * y + z * z; }

/// Of all bodies on one. A body does not act on itself: its distance is zero, and so is the force.
__device__ inline float3 acceleration(const float4* bodies, unsigned count, const float4& body, float softening) {
  float3 sum = {0, 0, 0};
  for (unsigned j = 0; j < count; ++j) {
    const float x = bodies[j].x - body.x, y = bodies[j].y - body.y, z = bodies[j].z - body.z;
    const float distance = sqrtf(squared(x, y, z) + softening * softening);
    const float pull = distance > 0 ? bodies[j].w / (distance * distance * distance) : 0.0f;
    sum.x += x * pull;
    sum.y += y * pull;
    sum.z += z * pull;
  }
  return sum;
}

__device__ inline float potential(const float4* bodies, unsigned count, unsigned i, float softening) {
  float sum = 0;
  for (unsigned j = 0; j < count; ++j) {
    const float x = bodies[j].x - bodies[i].x, y = bodies[j].y - bodies[i].y, z = bodies[j].z - bodies[i].z;
    if (j != i) sum -= bodies[i].w * bodies[j].w / sqrtf(squared(x, y, z) + softening * softening);
  }
  return sum / 2;  // each pair is counted twice
}

/// Moves bodies under their own gravitation.
RING_KERNEL(nbody);
RING_BLOCK(nbody, ring::any);

RING_ON(nbody, Advance) {
  const auto bodies = msg.bodies.write(), velocities = msg.velocities.write();
  const unsigned count = bodies.size();
  if (velocities.size() != count) {
    if (ctx.leader()) ctx.report_error(static_cast<uint32_t>(BodiesError::sizes_differ));
    return;
  }
  const float half = msg.dt / 2;
  const auto kick = [&](unsigned i) {
    const float3 a = acceleration(bodies.data(), count, bodies[i], msg.softening);
    velocities[i].x += a.x * half;
    velocities[i].y += a.y * half;
    velocities[i].z += a.z * half;
  };
  const auto drift = [&](unsigned i) {
    bodies[i].x += velocities[i].x * msg.dt;
    bodies[i].y += velocities[i].y * msg.dt;
    bodies[i].z += velocities[i].z * msg.dt;
  };
  for (uint32_t step = 0; step < msg.steps; ++step) {
    ctx.parallel_for(count, kick);
    ctx.parallel_for(count, drift);
    ctx.parallel_for(count, kick);
  }
  Moved result;
  result.kinetic = ctx.reduce(count, 0.0f, [&](unsigned i) {
    return bodies[i].w * squared(velocities[i].x, velocities[i].y, velocities[i].z) / 2;
  });
  result.potential =
      ctx.reduce(count, 0.0f, [&](unsigned i) { return potential(bodies.data(), count, i, msg.softening); });
  result.momentum = ctx.reduce(count, float3{0, 0, 0}, [&](unsigned i) {
    const float mass = bodies[i].w;
    return float3{mass * velocities[i].x, mass * velocities[i].y, mass * velocities[i].z};
  });
  if (ctx.leader()) ctx.reply(result);
}
