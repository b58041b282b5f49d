/** Sum of the 512 bytes of a tar header, those of its checksum as blanks (POSIX ustar). */
export function headerSum(header: usize): u32 {
  // 32 numbers of at most 255 in each lane of 16 bits.
  let sums = i16x8.splat(0);
  for (let at: usize = 0; at < 512; at += 16) {
    sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(v128.load(header + at)));
  }
  const checksum = i16x8.extadd_pairwise_i8x16_u(v128.load64_zero(header, 148));
  const sum = i32x4.extadd_pairwise_i16x8_u(i16x8.sub(sums, checksum));
  const half = i32x4.add(sum, v128.shuffle<u32>(sum, sum, 2, 3, 0, 1));
  return i32x4.extract_lane(half, 0) + i32x4.extract_lane(half, 1) + 8 * 0x20;
}
