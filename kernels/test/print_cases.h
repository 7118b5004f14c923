// Statements of C and of CUDA alike, which print the same in both: included in a handler, and in a main of C.
const char text[4] = "abc";
char filled[8];
filled[0] = 'x', filled[1] = 0;
printf("%d|%5d|%-5d|%05d|%+d|% d|%.3d|%i\n", 42, 42, 42, 42, 42, 42, 7, -3);
printf("%u|%x|%X|%#x|%o|%#o|%#X\n", 3000000000u, 255, 48879, 255, 8, 8, 255);
printf("%lld|%llu|%llx|%zu|%hd|%hhd|%hu|%ld|%lu\n", -5000000000ll, 18446744073709551615ull, 1ull << 40, sizeof(int),
       (short)70000, (char)300, (unsigned short)65536, -7l, 7ul);
printf("%c|%3c|%-3c|%s|%10s|%-10s|%.2s|%s\n", 'a', 'b', 'c', text, "right", "left", "cut off", filled);
printf("%f|%.0f|%.2f|%10.4f|%-10.2f|%+.1f|% .1f|%010.3f|%#.0f\n", 1.5, 2.5, 3.14159, 3.14159, 2.5, 1.25, 1.25, -3.14159,
       3.0);
printf("%e|%.2e|%-12.3e|%E|%g|%g|%g|%G|%#g\n", 12345.678, 0.00012345, 1e100, 1e-5, 1e10, 1e-5, 123456789.0, 1e-10, 1.0);
printf("%a|%A|%.2a|%.17g|%.9g\n", 1.0, 0.1, 3.14159, 0.1, (double)0.1f);
printf("%*d|%-*d|%.*f|%*.*e|%*s\n", 6, 42, 6, 42, 2, 3.14159, 12, 3, 1234.5, -6, "neg");
printf("%f|%F|%e|%g\n", 1e308 * 10, -1e308 * 10, -0.0, 1e308 * 10);
printf("%p|100%%|%5.1f%%\n", (void*)0x1000, 99.5);
printf("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4,
       5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);
