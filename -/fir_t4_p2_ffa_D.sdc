# Constraints of fir_t4_p2_ffa_D at 10 ns. Times are in ns; scale them for tools set to another unit.
create_clock -name clk -period 10 [get_ports clk_i]
set_input_delay 2 -clock clk [get_ports { en_i valid_i x_i h_i }]
set_output_delay 2 -clock clk [get_ports { valid_o y_o }]
# The reset is asserted at any time and released by a synchroniser outside.
set_false_path -from [get_ports rst_ni]
