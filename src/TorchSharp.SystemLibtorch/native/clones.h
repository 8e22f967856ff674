// One function per instruction set, chosen when the library is loaded: for loops of plain code that the compiler turns into vector code.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PEFT_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PEFT_CLONES
#endif
