// Files of fir_t4_p2_ffa_D, in the order of compilation.
fir_t4_p2_ffa_D.v
