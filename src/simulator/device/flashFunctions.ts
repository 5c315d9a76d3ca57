import { romVariable } from '../../sdk/rom';
import { faults } from '../cpu/memory';
import { Fault, type Answer, type Family } from './call';
import type { Device } from './device';

/** SpiFlashOpResult. */
const ok = 0;
const failed = 1;

const flashChip = romVariable('flashchip');

/** spi_flash_* and the ROM's functions below them. Writes whose address or size is not a multiple of four are refused. */
export function flashFamily({ flash }: Pick<Device, 'flash'>): Family {
  const read: Answer = call => {
    const [address, to, size] = [call.uint(0), call.uint(1), call.uint(2)];
    if (to === 0) return failed;
    // From any address, but into whole words: the ROM stores what the SPI controller's registers hold.
    if (!aligned(to)) throw new Fault(faults.unaligned, to);
    if (flash.contains(address, size)) call.needRoom(to, size);
    const bytes = flash.read(address, size);
    if (bytes === undefined) return failed;
    call.store(to, bytes);
    return ok;
  };
  const aligned = (...values: number[]) => values.every(value => value % 4 === 0);
  return {
    spi_flash_read: read,
    SPIRead: read,
    spi_flash_write: call => {
      const [address, from, size] = [call.uint(0), call.uint(1), call.uint(2)];
      return aligned(address, from, size) && flash.write(address, call.load(from, size)) ? ok : failed;
    },
    spi_flash_erase_sector: call => (flash.eraseSector(call.uint(0) & 0xffff) ? ok : failed),
    spi_flash_get_id: () => flash.id,
    spi_flash_erase_protect_enable: () => 1,
    spi_flash_erase_protect_disable: () => 1,
    SPIWrite: call => (flash.write(call.uint(0), call.load(call.uint(1), call.uint(2))) ? ok : failed),
    SPIEraseSector: call => (flash.eraseSector(call.uint(0) & 0xffff) ? ok : failed),
    SPIEraseBlock: call => (flash.eraseBlock(call.uint(0) & 0xff) ? ok : failed),
    SPIEraseChip: () => (flash.eraseAll() ? ok : failed),
    SPI_read_status: () => ok,
    SPI_write_status: () => ok,
    SPI_write_enable: () => ok,
    Wait_SPI_Idle: () => ok,
    Enable_QMode: () => ok,
    SelectSpiFunction: () => undefined,
    spi_flash_attach: () => undefined,
    SPIReadModeCnfig: () => ok,
    SPIUnlock: () => ok,
    SPILock: () => ok,
    // SPIParamCfg(id, chip size, block, sector, page, status mask): the ROM's description of the flash.
    SPIParamCfg: call => {
      const description = call.loadWord(flashChip);
      for (let index = 0; index < 6; index++) call.storeWord(description + 4 * index, call.uint(index));
      return ok;
    },
    Cache_Read_Enable: () => undefined,
    Cache_Read_Disable: () => undefined,
  };
}
